Feature: Overriding settings at runtime

  An override takes precedence over the files on every instance, and is kept across restarts until it is removed.

  Background:
    Given Root is an administrator
    And the operator has set api.v2Enabled to true

  Scenario: An override is active on the next request
    When Root changes the configuration:
      """
      {"changes": {"api.v2Enabled": false, "rateLimit.login.points": 20}, "reason": "attack"}
      """
    Then revision 3 is applied with changes to "api.v2Enabled, rateLimit.login.points"
    And the change needs no confirmation
    And the audit log has 1 "config.applied" event by Root with the result "success" for this request
    When an anonymous client requests a v2 greeting for "Ada"
    Then the request is rejected with 404 api_version_disabled
    When Root requests the configuration
    Then the setting api.v2Enabled is false, set by override
    And the setting rateLimit.login.points is overridden with 20 by Root, because "attack"
    And the configuration is at revision 3 without a rollback
    When Root requests the overrides
    Then the listed overrides are:
      | key                    | value | reason |
      | api.v2Enabled          | false | attack |
      | rateLimit.login.points | 20    | attack |

  Scenario: A metric shows how many settings are overridden
    When Root overrides api.v2Enabled with false
    Then the metric 'rollcall_config_overrides' is 1
    When Root removes all overrides
    Then the metric 'rollcall_config_overrides' is 0

  Scenario: A restart keeps the overrides
    When Root overrides api.v2Enabled with false
    And the service is restarted
    And Root requests the configuration
    Then the configuration is at revision 3 without a rollback
    And the setting api.v2Enabled is false, set by override

  Scenario: Null removes an override
    When Root overrides api.v2Enabled with false
    And Root overrides api.v2Enabled with null
    Then revision 4 is applied with changes to "api.v2Enabled"
    When Root overrides api.v2Enabled with null
    Then revision 4 stays active without changes

  Scenario: An override of a key that has its value already
    When Root overrides api.v2Enabled with true
    Then revision 3 is applied with changes to ""
    When the operator writes local.yaml and reloads:
      """
      api: {v2Enabled: false}
      """
    And Root requests the configuration
    Then the setting api.v2Enabled is true, set by override

  Scenario: Removing one override and all overrides
    When Root overrides api.v2Enabled with false
    And Root overrides rateLimit.login.points with 20
    And Root removes the override of api.v2Enabled
    Then the response is 204 No Content
    And revision 5 is active
    When Root removes the override of api.v2Enabled
    Then the request is rejected with 404 not_found
    When Root removes all overrides
    Then the response is 204 No Content
    And revision 6 is active
    When Root removes all overrides
    Then the response is 204 No Content
    And revision 6 is active

  Scenario: A change of the files under an override
    When Root overrides rateLimit.login.points with 20
    And the operator writes local.yaml and reloads:
      """
      rateLimit: {login: {points: 33}}
      """
    And Root requests the configuration
    Then the setting rateLimit.login.points is 20, set by override
    And the keys shadowed by an override are "rateLimit.login.points"
    When Root reloads the configuration
    Then the keys shadowed by an override are "rateLimit.login.points"
    When Root removes all overrides
    And Root requests the configuration
    Then the setting rateLimit.login.points is 33, set by file:local.yaml
    And the keys shadowed by an override are ""

  Scenario: Files that are invalid together with an override are rejected
    When Root overrides auth.refresh.ttl with "2h"
    And the operator writes an invalid local.yaml:
      """
      auth: {access: {ttl: 3h}}
      """
    Then the reload fails with conflict for auth.refresh.ttl in override
    When Root reloads the configuration
    Then the request is rejected with 422 invalid_config
    And the configuration error is conflict for auth.refresh.ttl in override

  Scenario: Startup with files that are invalid together with an override
    When Root overrides auth.refresh.ttl with "2h"
    And Root overrides api.v2Enabled with false
    And the service is restarted with the settings:
      """
      auth: {access: {ttl: 3h}}
      """
    And Root requests the configuration
    Then the override of auth.refresh.ttl has no effect
    And the setting auth.refresh.ttl is 30d, set by file:default.yaml
    And the setting api.v2Enabled is false, set by override

  Scenario: An override is active on every instance when the request is answered
    Given a second instance is running
    And the second instance has loaded the same files
    And the instances exchange changes
    When Root overrides api.v2Enabled with false
    And an anonymous client sends POST /api/v2/greet with the body '{"name": "Ada"}' on the second instance
    Then the request is rejected with 404 api_version_disabled
    And the first instance reports revision 3
    And the second instance reports revision 3
    And both instances send the same ETag of the configuration to Root

  Scenario: Two operators at once
    Given a second instance is running
    And the second instance has loaded the same files
    And the instances exchange changes
    When Root overrides rateLimit.login.points with 20 and 21 on both instances at once
    Then one change is applied and the other one is rejected with 412 precondition_failed

  Scenario: A key that the environment sets, now or later
    When Root overrides rateLimit.login.points with 20
    And the service is restarted with ROLLCALL_RATE_LIMIT_LOGIN_POINTS set to "44"
    And Root requests the configuration
    Then the setting rateLimit.login.points is 44, set by env:ROLLCALL_RATE_LIMIT_LOGIN_POINTS
    When Root overrides rateLimit.login.points with 21
    Then the errors of the settings are:
      | key                    | code                  |
      | rateLimit.login.points | pinned_by_environment |
    When Root removes the override of rateLimit.login.points
    Then the response is 204 No Content
