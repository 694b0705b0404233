"""`vexil doctor`: is everything as it should be between this command line and a server?"""
