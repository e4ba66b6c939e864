"""What every sandbox backend must do; a backend's test class inherits it and names the backend."""

from __future__ import annotations

from tests.sandbox.contract.callbacks_contract import CallbacksContract
from tests.sandbox.contract.calls_contract import CallsContract
from tests.sandbox.contract.limits_contract import LimitsContract
from tests.sandbox.contract.pool_contract import PoolContract
from tests.sandbox.contract.statements_contract import StatementsContract
from tests.sandbox.contract.stdin_contract import StdinContract
from tests.sandbox.contract.tracing_contract import TracingContract


class SandboxContract(
    CallsContract, LimitsContract, TracingContract, StdinContract, StatementsContract, CallbacksContract, PoolContract
):
    """Set ``backend`` in a subclass."""

    backend: str
