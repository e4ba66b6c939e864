# An import that fails, so that there is nothing to test.
# Rows: 2
import a_module_that_is_nowhere


def f(x):
    return 0
