"""What the house's money did, and what a game would cost it: the page about the budget.

* `runway`: the tank now, and how long it lasts at several paces
* `spending`: what days of play cost, and what came back
* `house_terms`: the planner's terms as the house that runs has them
* `asking`: the question in the address of the page
* `planner`: answers it, once the optional planner has been loaded
"""
