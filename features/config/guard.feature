Feature: Changes that are reverted when requests fail

  A guard reverts an unconfirmed change when the share of 5xx responses of any instance is too high.

  Background:
    Given Root is an administrator

  Scenario: A guard reverts a change when too many requests fail
    When Root changes the configuration:
      """
      {"changes": {"cache.enabled": false}, "confirm_within": "5m", "guard": {"max_error_ratio": 0.05}}
      """
    And 47 requests succeed and 3 requests by Root fail with 503 cache_disabled
    Then revision 3 becomes active by itself
    And the audit log has 1 "config.reverted" event with the reason "guard"

  Scenario: A guard tolerates some errors, and counts neither health checks nor maintenance
    When Root changes the configuration:
      """
      {"changes": {"cache.enabled": false, "maintenance.enabled": true}, "confirm_within": "5m",
        "guard": {"max_error_ratio": 0.1}}
      """
    And 46 requests succeed and 4 requests by Root fail with 503 cache_disabled
    And 20 requests fail with 503 maintenance
    And the service starts to shut down
    And an anonymous client requests the readiness check 20 times
    Then all requests are rejected with 503 and no change is reverted
    When Root confirms revision 2
    Then the change is confirmed: revision 2 is active, with new values of "cache.enabled, maintenance.enabled"

  Scenario: The guard of another instance reverts the change on all of them
    Given a second instance is running
    And the instances exchange changes
    When Root changes the configuration:
      """
      {"changes": {"cache.enabled": false}, "confirm_within": "5m", "guard": {"max_error_ratio": 0.05}}
      """
    And 47 requests succeed and 3 requests by Root fail with 503 cache_disabled on the second instance
    Then revision 3 becomes active by itself
    And revision 3 becomes active by itself on the second instance
    And the audit log has 1 "config.reverted" event with the reason "guard"

  Scenario: A guard waits for 50 requests, and ends when the change is confirmed
    When Root changes the configuration:
      """
      {"changes": {"cache.enabled": false}, "confirm_within": "5m", "guard": {"max_error_ratio": 0.05}}
      """
    And 0 requests succeed and 48 requests by Root fail with 503 cache_disabled
    And Root confirms revision 2
    Then the change is confirmed: revision 2 is active, with new values of "cache.enabled"
    When 0 requests succeed and 50 requests by Root fail with 503 cache_disabled
    And Root requests the configuration
    Then the setting cache.enabled is false, set by override
