/**
 * What a browser is shown of a node: one page, the node as it is now, and how its links fared in
 * the last half hour. Pure; when a look at the node is due is its owner's business.
 */
package dev.zlayer.overlay.dashboard;
