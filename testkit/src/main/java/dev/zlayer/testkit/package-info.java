/** What several modules' tests share: published vectors, purity rules, network namespaces. */
package dev.zlayer.testkit;
