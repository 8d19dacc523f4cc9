"""The append-only, chained trail of every act."""
