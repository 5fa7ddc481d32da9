"""What a plan changes, for whom, whether it may be, and what is handed over: functions of a Market, a Plan and its facts."""
