// What the terminal side of the program needs from C: signals as a file descriptor, the guard that gives the terminal
// back when the program dies, and the parent that does so even after SIGKILL.
#ifndef BACKLAB_CLINUX_TERMINAL_H
#define BACKLAB_CLINUX_TERMINAL_H
#include <stddef.h>
#include <stdint.h>

/// Blocks WINCH TERM INT HUP TSTP CONT, ignores PIPE, and returns a non-blocking signalfd(2) for them; -1 and errno.
int clinux_signals_open(void);
/// The next pending signal's number; 0 when there is none.
int clinux_signals_read(int fd);
/// Unblocks what `clinux_signals_open` blocked and closes `fd`.
void clinux_signals_close(int fd);
/// Stops this process as SIGTSTP does by default; returns after SIGCONT.
void clinux_stop_self(void);

/// Raw mode without echo, signals or flow control; what was there before is kept for `clinux_tty_restore`. 0, or -1 and
/// errno.
int clinux_tty_raw(int fd);
/// Writes `restore` (at most 255 octets) and puts the kept modes back when ILL TRAP SEGV BUS FPE ABRT or SYS kills the
/// process; then the handler that was there before runs.
void clinux_guard_arm(int fd, const char *restore);
/// Ends the guard's duty; the handlers stay, doing nothing but passing on.
void clinux_guard_disarm(void);
/// Puts the modes of before `clinux_tty_raw` back.
void clinux_tty_restore(int fd);
/// Columns and lines of a terminal; 0, or -1 and errno.
int clinux_tty_size(int fd, int *columns, int *lines);

/// Forks: returns 0 in the child, which is to draw. The parent never returns: it passes TERM INT HUP TSTP WINCH on,
/// stops when the child stops, and when the child was killed puts the terminal back (`restore` is written first), then
/// ends as the child did. Without a fork (-1) the caller draws itself, unguarded.
int clinux_supervise(int fd, const char *restore);

/// timerfd_create(2) on CLOCK_MONOTONIC, non-blocking and close-on-exec; -1 and errno.
int clinux_timer_open(void);
/// Fires each `period` nanoseconds, the first time after one; 0 turns it off.
void clinux_timer_set(int fd, int64_t period);
/// How often it fired since the last call.
uint64_t clinux_timer_read(int fd);

/// memfd_create(2), close-on-exec.
int clinux_memfd(const char *name);
/// Runs `command` by /bin/sh -c with signals unblocked and at their defaults, and waits for it; its wait status, -1 when
/// it could not start.
int clinux_run_shell(const char *command);
#endif
