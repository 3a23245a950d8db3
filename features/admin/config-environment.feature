Feature: Settings from the environment

  Scenario: An environment variable overrides the file
    Given the service was started with ROLLCALL_RATE_LIMIT_LOGIN_POINTS set to "50"
    And Root is an administrator
    When the operator sets rateLimit.login.points to 33
    And Root requests the configuration
    Then the setting rateLimit.login.points is 50, set by env:ROLLCALL_RATE_LIMIT_LOGIN_POINTS

  Scenario: A reload reports edits that have no effect
    Given the service was started with ROLLCALL_RATE_LIMIT_LOGIN_POINTS set to "50"
    And Root is an administrator
    And the operator has set rateLimit.login.points to 33
    When Root reloads the configuration
    Then the response has no_effect [{"key":"rateLimit.login.points","pinned_by":"ROLLCALL_RATE_LIMIT_LOGIN_POINTS"}]

  Scenario: A dry run reports settings that would have no effect
    Given the service was started with ROLLCALL_RATE_LIMIT_LOGIN_POINTS set to "50"
    And Root is an administrator
    When Root validates the settings {rateLimit: {login: {points: 33}}}
    Then the response has no_effect [{"key":"rateLimit.login.points","pinned_by":"ROLLCALL_RATE_LIMIT_LOGIN_POINTS"}]
