"""The web server's part in front of the application: slow clients, and answers to what is no HTTP.

`worker.Worker` is what gunicorn runs; `connections` keeps clients that take their time away from
the threads that serve the others; `timed_socket` ends requests that take too long to arrive;
`answers` are the problem details for what never reaches the application; `logger.Logger` is what
gunicorn writes its logs with, and `access_log` the line for each request. `late_rules` let
applications begin sooner.
"""
