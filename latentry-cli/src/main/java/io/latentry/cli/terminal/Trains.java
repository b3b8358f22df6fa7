package io.latentry.cli.terminal;

/** A command that needs the training engine, which not every installation has. */
public interface Trains {}
