Feature: Redis is not available in this release

  Settings that require Redis are rejected, and the active configuration stays.

  @proves:redis.url
  Scenario: The Redis URL is rejected, and its password is not reported
    When the operator writes an invalid local.yaml:
      """
      redis: {url: "redis://:hidden@127.0.0.1:6379"}
      """
    Then the reload fails with out_of_range for redis.url in local.yaml
    And the reload error message contains "the Redis store is not available in this release"
    And the configuration status and the log do not contain "hidden"

  Scenario Outline: The value redis of <key> is rejected
    When the operator writes an invalid local.yaml:
      """
      <settings>
      """
    Then the reload fails with out_of_range for <key> in local.yaml
    And the reload error message contains "the Redis store is not available in this release"

    Examples:
      | key             | settings                  |
      | cache.store     | cache: {store: redis}     |
      | rateLimit.store | rateLimit: {store: redis} |

  Scenario: The environment variable REDIS_URL is ignored
    Given the service was started with REDIS_URL set to "redis://:hidden@127.0.0.1:6379"
    When an anonymous client requests the readiness check
    Then the request succeeds
    And the only warning in the log is "REDIS_URL is ignored: the Redis store is not available in this release"
    And the configuration status and the log do not contain "hidden"
