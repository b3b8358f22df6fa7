/** Commands about the service. Start at {@link io.latentry.cli.serve.ServeCommand}. */
@NullMarked
package io.latentry.cli.serve;

import org.jspecify.annotations.NullMarked;
