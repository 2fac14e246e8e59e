//! Repositories for tests, made with the real git and nothing of this machine in them.
