Feature: Redis, which this release does not have

  Whoever asks for it is told so at once, in a sentence, and what is in force stays.

  @proves:redis.url
  Scenario: Its address is refused, and not repeated
    When the operator writes the settings, which are refused:
      """
      redis: {url: "redis://:hidden@127.0.0.1:6379"}
      """
    Then the operator reads that redis.url of local.yaml is out_of_range
    And the operator reads why: "the Redis store is not available in this release"
    And nothing of the address "hidden" is shown or logged

  Scenario Outline: <key> is refused
    When the operator writes the settings, which are refused:
      """
      <settings>
      """
    Then the operator reads that <key> of local.yaml is out_of_range
    And the operator reads why: "the Redis store is not available in this release"

    Examples:
      | key             | settings                  |
      | cache.store     | cache: {store: redis}     |
      | rateLimit.store | rateLimit: {store: redis} |

  Scenario: The customary variable of a platform keeps nobody from starting
    Given the service was started with REDIS_URL set to "redis://:hidden@127.0.0.1:6379"
    When somebody asks whether the service is ready
    Then the request succeeds
    And the log warns that "REDIS_URL is ignored: the Redis store is not available in this release"
    And nothing of the address "hidden" is shown or logged
