// What Linux offers only to C: functions that Swift's Glibc module does not show, as thin wrappers without logic.
#ifndef BACKLAB_CLINUX_H
#define BACKLAB_CLINUX_H
#include <stddef.h>
#include <stdint.h>
#include "CLinuxBackend.h"
#include "CLinuxCount.h"
#include "CLinuxCrew.h"
#include "CLinuxFiles.h"
#include "CLinuxLab.h"
#include "CLinuxRoles.h"
#include "CLinuxTasks.h"

#include "CLinuxTerminal.h"
#include "CLinuxUring.h"
#include "CLinuxWire.h"

/// unshare(2).
int clinux_unshare(int flags);
#endif
