//! Open pages are told what happens, by the program as it is run.
