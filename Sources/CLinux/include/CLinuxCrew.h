// Copies of this process that share work.
#ifndef BACKLAB_CLINUX_CREW_H
#define BACKLAB_CLINUX_CREW_H

/// Processors that this process may use: sched_getaffinity(2).
int clinux_processors(void);

/// Forks until there are `size` (2 to 64) processes, each with a pipe to the next one, the last with one to the first.
/// Returns the number of the process that it returns in, 0 for the one that called; all of them die with that one.
/// `from` reads what the one before writes, `to` goes to the next; the end of a process shows as the end of its pipe.
/// `children` has room for `size` - 1 process ids. -1 and errno, and no other process, when there can't be as many.
int clinux_crew(int size, int *from, int *to, int *children);

/// Waits for the `count` processes; 0 when each of them ended with 0, else -1.
int clinux_crew_wait(const int *children, int count);

/// Ends the `count` processes, and waits for that.
void clinux_crew_stop(const int *children, int count);
#endif
