"""The schedule: cron in each organisation's zone, on top of rq-scheduler."""
