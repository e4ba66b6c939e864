"""The battery; its modules are rewritten so that a failed assert shows its values."""

import pytest

pytest.register_assert_rewrite("tests.hostile.battery", "tests.hostile.escapes")
