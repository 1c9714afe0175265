/* A header that is not in the folder of the sources, and not given to `flotilla refactor`. */
extern int from_header;
