// Wide ncurses for output only; macros that Swift can't import become functions and constants here.
#ifndef BACKLAB_CNCURSES_SHIM_H
#define BACKLAB_CNCURSES_SHIM_H
#define NCURSES_WIDECHAR 1
#define _XOPEN_SOURCE_EXTENDED 1
#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

static const attr_t BACKLAB_A_NORMAL = A_NORMAL;
static const attr_t BACKLAB_A_BOLD = A_BOLD;
static const attr_t BACKLAB_A_DIM = A_DIM;
static const attr_t BACKLAB_A_REVERSE = A_REVERSE;
static const attr_t BACKLAB_A_UNDERLINE = A_UNDERLINE;

// A screen on two descriptors; 0 when terminfo does not know `type`.
static inline int backlab_newterm(const char *type, int out, int in) {
  FILE *o = fdopen(dup(out), "w");
  FILE *i = fdopen(dup(in), "r");
  return o && i && newterm((char *)type, o, i) != NULL;
}
// The one window: stdscr.
static inline void backlab_clear(void) { wclear(stdscr); }
static inline void backlab_move(int y, int x) { wmove(stdscr, y, x); }
static inline void backlab_refresh(void) { wnoutrefresh(stdscr); }
static inline void backlab_row(int y, const cchar_t *cells, int count) {
  mvwadd_wchnstr(stdscr, y, 0, cells, count);
}
static inline int backlab_colors(void) { return COLORS; }
// Whether the locale's characters are UTF-8; sets LC_CTYPE from the environment.
static inline int backlab_locale_is_utf8(void) {
  setlocale(LC_CTYPE, "");
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
// Whether the terminal can move its cursor at all.
static inline int backlab_can_move(void) { return cursor_address != NULL; }
// One cell: a scalar with attributes and a colour pair.
static inline void backlab_cell(cchar_t *cell, unsigned scalar, attr_t attributes, short pair) {
  wchar_t text[2] = {(wchar_t)scalar, 0};
  setcchar(cell, text, attributes, pair, NULL);
}
#endif
