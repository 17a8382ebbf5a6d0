/** What the command's nodes log, and where. */
package dev.zlayer.cli.log;
