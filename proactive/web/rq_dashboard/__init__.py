"""rq-dashboard at /rq, behind the pages' sign-in."""
