/** How a machine becomes a member by one token. Pure: no I/O, no clock, no randomness. */
package dev.zlayer.overlay.enrolment;
