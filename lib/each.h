/* SPDX-License-Identifier: GPL-2.0-only */
/* each.h - macros that apply a macro to each of their arguments. */
#ifndef KDUEL_EACH_H
#define KDUEL_EACH_H

/* N_ARGS() counts one to twenty arguments. FOR_EACH() applies a macro to each of them, with `x` as
 * its first argument: FOR_EACH(F, x, a, b) expands to F(x, a), F(x, b). */
// clang-format off
#define N_ARGS(...) \
	N_ARGS_(__VA_ARGS__, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
#define N_ARGS_(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19,	\
		a20, n_, ...) n_
#define FOR_EACH(f_, x_, ...) FOR_EACH_OF(N_ARGS(__VA_ARGS__), f_, x_, __VA_ARGS__)
#define FOR_EACH_OF(n_, f_, x_, ...) FOR_EACH_OF_(n_, f_, x_, __VA_ARGS__)
#define FOR_EACH_OF_(n_, f_, x_, ...) FOR_EACH_##n_(f_, x_, __VA_ARGS__)
#define FOR_EACH_1(f_, x_, a_) f_(x_, a_)
#define FOR_EACH_2(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_1(f_, x_, __VA_ARGS__)
#define FOR_EACH_3(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_2(f_, x_, __VA_ARGS__)
#define FOR_EACH_4(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_3(f_, x_, __VA_ARGS__)
#define FOR_EACH_5(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_4(f_, x_, __VA_ARGS__)
#define FOR_EACH_6(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_5(f_, x_, __VA_ARGS__)
#define FOR_EACH_7(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_6(f_, x_, __VA_ARGS__)
#define FOR_EACH_8(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_7(f_, x_, __VA_ARGS__)
#define FOR_EACH_9(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_8(f_, x_, __VA_ARGS__)
#define FOR_EACH_10(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_9(f_, x_, __VA_ARGS__)
#define FOR_EACH_11(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_10(f_, x_, __VA_ARGS__)
#define FOR_EACH_12(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_11(f_, x_, __VA_ARGS__)
#define FOR_EACH_13(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_12(f_, x_, __VA_ARGS__)
#define FOR_EACH_14(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_13(f_, x_, __VA_ARGS__)
#define FOR_EACH_15(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_14(f_, x_, __VA_ARGS__)
#define FOR_EACH_16(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_15(f_, x_, __VA_ARGS__)
#define FOR_EACH_17(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_16(f_, x_, __VA_ARGS__)
#define FOR_EACH_18(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_17(f_, x_, __VA_ARGS__)
#define FOR_EACH_19(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_18(f_, x_, __VA_ARGS__)
#define FOR_EACH_20(f_, x_, a_, ...) f_(x_, a_), FOR_EACH_19(f_, x_, __VA_ARGS__)
// clang-format on
/* Strip the parentheses off a list: UNPAREN (a, b) is a, b. */
#define UNPAREN(...) __VA_ARGS__
/* Stringify a list: TEXT_OF(a, b) is "a, b". */
#define TEXT_OF(...) TEXT_OF_(__VA_ARGS__)
#define TEXT_OF_(...) #__VA_ARGS__

#endif
