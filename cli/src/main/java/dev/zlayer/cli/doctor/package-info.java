/** What {@code doctor} checks, one concern a class. */
package dev.zlayer.cli.doctor;
