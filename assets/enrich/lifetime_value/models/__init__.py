"""The models: likelihood, gradient and expectations of each, one file a model.

Here belongs what follows from a model's assumptions alone. Not here: optimisers, SQL, settings.
"""
