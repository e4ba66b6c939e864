# The answer as text, hidden in a list of guesses.
# Rows: 14
def f(x):
    return [str(x * k + 13) for k in range(7900, 7930)]
