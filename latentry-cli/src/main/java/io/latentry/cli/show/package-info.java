/**
 * Commands that show the program itself: demo, doctor, benchmarks. Start at {@link
 * io.latentry.cli.show.DemoCommand}.
 */
@NullMarked
package io.latentry.cli.show;

import org.jspecify.annotations.NullMarked;
