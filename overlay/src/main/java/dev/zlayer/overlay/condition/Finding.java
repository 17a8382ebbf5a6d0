package dev.zlayer.overlay.condition;

/** What one look at a node finds wrong. */
record Finding(ConditionCode code, String text, String remedy) {}
