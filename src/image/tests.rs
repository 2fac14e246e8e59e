//! Pictures that cameras write, and pictures that are written to hurt.
