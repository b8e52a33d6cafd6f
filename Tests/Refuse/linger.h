#ifndef BACKLAB_REFUSE_LINGER_H
#define BACKLAB_REFUSE_LINGER_H
/// Runs a program as a child, and stays when it has ended: until it is killed, and for three seconds after that.
int linger(char **words);
#endif
