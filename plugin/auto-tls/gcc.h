/*
 * The parts of GCC that the plugin uses, in the order that they need.
 */
#ifndef AUTO_TLS_GCC_H
#define AUTO_TLS_GCC_H

#define INCLUDE_ALGORITHM
#define INCLUDE_MAP
#define INCLUDE_SET
#define INCLUDE_STRING
#define INCLUDE_VECTOR
#include "gcc-plugin.h"

#include "plugin-version.h"

#include "tree.h"
#include "tree-iterator.h"
#include "stringpool.h"
#include "attribs.h"
#include "fold-const.h"
#include "cgraph.h"
#include "gimple.h"
#include "gimplify.h"
#include "varasm.h"
#include "diagnostic.h"
#include "langhooks.h"
#include "options.h"
#include "target.h"

#endif
