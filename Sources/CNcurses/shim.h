// Wide ncurses for output only; macros that Swift can't import become functions and constants here.
#ifndef BACKLAB_CNCURSES_SHIM_H
#define BACKLAB_CNCURSES_SHIM_H
#define NCURSES_WIDECHAR 1
#define _XOPEN_SOURCE_EXTENDED 1
#include <curses.h>
#include <term.h>
#include <locale.h>

static inline WINDOW *backlab_stdscr(void) { return stdscr; }
static const attr_t BACKLAB_A_NORMAL = A_NORMAL;
static const attr_t BACKLAB_A_BOLD = A_BOLD;
static const attr_t BACKLAB_A_DIM = A_DIM;
static const attr_t BACKLAB_A_REVERSE = A_REVERSE;
static const attr_t BACKLAB_A_UNDERLINE = A_UNDERLINE;
#endif
