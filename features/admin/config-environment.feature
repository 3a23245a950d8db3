Feature: An operator sees what the environment sets

  Scenario: It goes over what the file says
    Given the service was started with ROLLCALL_RATE_LIMIT_LOGIN_POINTS set to "50"
    And Root is an administrator
    When the operator sets rateLimit.login.points to 33
    And Root looks at the configuration
    Then the setting rateLimit.login.points is 50, as env:ROLLCALL_RATE_LIMIT_LOGIN_POINTS says

  Scenario: A reload reports edits that have no effect
    Given the service was started with ROLLCALL_RATE_LIMIT_LOGIN_POINTS set to "50"
    And Root is an administrator
    And the operator has set rateLimit.login.points to 33
    When Root asks for a reload
    Then rateLimit.login.points is reported to have no effect, since ROLLCALL_RATE_LIMIT_LOGIN_POINTS sets it

  Scenario: A dry run reports settings that would have no effect
    Given the service was started with ROLLCALL_RATE_LIMIT_LOGIN_POINTS set to "50"
    And Root is an administrator
    When Root asks what these settings would do: {rateLimit: {login: {points: 33}}}
    Then rateLimit.login.points is reported to have no effect, since ROLLCALL_RATE_LIMIT_LOGIN_POINTS sets it
