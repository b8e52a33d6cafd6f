// libFuzzer's entry for programs that have a main of their own: compiler-rt, FuzzerInterface.
#pragma once
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*run)(const uint8_t *octets, size_t count));
