"""Who may open the ops dashboard: from where, as whom, and how sure of it the house is."""
