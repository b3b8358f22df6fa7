/**
 * Stories: pages of commands on real data, run one after the other. A {@link
 * io.latentry.cli.story.StoryPage} is prose with commands; {@link io.latentry.cli.story.StoryShell}
 * runs them, and what they said is written below each.
 *
 * <p>Start at {@link io.latentry.cli.story.StoryCommand}.
 */
@NullMarked
package io.latentry.cli.story;

import org.jspecify.annotations.NullMarked;
