"""The verbs: planner and ports, outcomes as they come."""
