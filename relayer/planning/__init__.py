"""What is asked of the budget planner, alike for the command line and the dashboard.

The planner itself, `simulation.planner`, needs an optional extra; nothing here does.

* `terms`: every term of a question, with its name, its words and its reading
* `readings`: how texts become values, and values texts
* `extra`: what to do when the extra is not installed
"""
