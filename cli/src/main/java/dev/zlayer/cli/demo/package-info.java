/** The demonstration: real nodes in real network namespaces, watched from outside. */
package dev.zlayer.cli.demo;
