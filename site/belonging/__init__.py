"""The platform that every feature stands on. Celery's application is loaded with it, so that tasks find it."""
