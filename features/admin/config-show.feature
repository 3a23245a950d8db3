Feature: An operator sees what is in force, and where it comes from

  Background:
    Given Root is an administrator

  Scenario: Every setting
    When Root looks at the configuration
    Then it is revision 1, and not rolled back
    And each setting has its class, default and meaning, and no secret is among them
    And the response header Cache-Control is "no-store"

  Scenario: A setting of a file
    Given the operator has set rateLimit.login.points to 33
    When Root looks at the configuration
    Then it is revision 2, and not rolled back
    And the setting rateLimit.login.points is 33, as file:local.yaml says
    And the setting rateLimit.login.points is also stated by file:default.yaml
    And the setting auth.access.ttl is 15m, as file:default.yaml says

  Scenario: A setting that needs a restart
    Given the operator has set server.port to 9999
    When Root looks at the configuration
    Then it tells that server.port waits for a restart

  Scenario: A file that is refused
    Given Root has looked at the configuration
    When the operator writes local.yaml with a limit of zero
    And Root looks at the configuration
    Then it is revision 1, and not rolled back
    And it tells that rateLimit.login.points of local.yaml is out_of_range
    And its entity tag is another one

  Scenario: A change shows in the entity tag
    Given Root has looked at the configuration
    And the operator has set api.v2Enabled to true
    When Root looks at the configuration
    Then its entity tag is another one
