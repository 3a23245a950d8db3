Feature: Redis, which this release does not have

  Whoever asks for it is told so at once, in a sentence, and what is in force stays.

  Scenario Outline: <key> is refused
    When the operator writes the settings, which are refused:
      """
      <settings>
      """
    Then the operator reads that <key> of local.yaml is out_of_range
    And the operator reads why: "the Redis store is not available in this release"
    And nothing of the address "hidden" is shown or logged

    Examples:
      | key             | settings                                      |
      | redis.url       | redis: {url: "redis://:hidden@127.0.0.1:6379"} |
      | cache.store     | cache: {store: redis}                         |
      | rateLimit.store | rateLimit: {store: redis}                     |

  Scenario Outline: <store> is what it was
    When the operator sets <store> to memory
    And somebody asks for a greeting for "Ada"
    Then it is made anew
    When somebody asks for a greeting for "Ada"
    Then it comes from the cache

    Examples:
      | store           |
      | cache.store     |
      | rateLimit.store |

  Scenario: The customary variable of a platform keeps nobody from starting
    Given the service was started with REDIS_URL set to "redis://:hidden@127.0.0.1:6379"
    When somebody asks whether the service is ready
    Then it succeeds
    And the log warns that "REDIS_URL is ignored: the Redis store is not available in this release"
    And nothing of the address "hidden" is shown or logged
