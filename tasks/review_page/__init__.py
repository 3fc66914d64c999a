"""The review page: a small web application over the tables of approvals. ``app.create_app`` builds it."""
