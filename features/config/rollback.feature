Feature: An earlier revision is put in force again

  It lies over the files, on every instance, until the files change, and everybody can see that it does.

  Background:
    Given Root is an administrator
    And the operator has set api.v2Enabled to true

  Scenario: Its values are in force, and the files are as they were
    When Root rolls back to revision 1
    Then the configuration is applied as revision 3, with "api.v2Enabled" changed
    And the audit trail tells that Root did "config.rolled_back" as success
    And the log warns that the configuration is rolled back to revision 1
    When an anonymous client requests a v2 greeting for "Ada"
    Then the request is rejected with 404 api_version_disabled
    When Root looks at the configuration
    Then it is revision 3, rolled back to revision 1 by Root
    And the setting api.v2Enabled is false, as rollback says
    And the setting auth.access.ttl is 15m, as file:default.yaml says

  Scenario: It is over when the files change
    Given Root rolls back to revision 1
    When the operator sets rateLimit.login.points to 33
    And an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"
    When Root looks at the configuration
    Then it is revision 4, and not rolled back
    And the setting rateLimit.login.points is 33, as file:local.yaml says

  Scenario: It is not over when the files say the same in other words
    Given Root rolls back to revision 1
    When the operator rewrites the settings in other words and asks for a reload:
      """
      # the same
      api:
        v2Enabled: true
      """
    And Root looks at the configuration
    Then it is revision 3, rolled back to revision 1 by Root

  Scenario: It is over when the files come to say the same
    Given Root rolls back to revision 1
    When the operator rewrites the settings in other words and asks for a reload:
      """
      api: {v2Enabled: false}
      """
    And Root looks at the configuration
    Then it is revision 3, and not rolled back
    When the service is restarted
    And Root looks at the configuration
    Then it is revision 3, and not rolled back

  Scenario: A restart keeps it
    Given Root rolls back to revision 1
    When the service is restarted
    And Root looks at the configuration
    Then it is revision 3, rolled back to revision 1 by Root
    When an anonymous client requests a v2 greeting for "Ada"
    Then the request is rejected with 404 api_version_disabled

  Scenario: A restart with other files ends it
    Given Root rolls back to revision 1
    When the files become, while the service is down:
      """
      api: {v2Enabled: true}
      docs: {enabled: false}
      """
    And Root looks at the configuration
    Then it is revision 4, and not rolled back
    When the operator writes the settings:
      """
      api: {v2Enabled: true}
      """
    And Root looks at the configuration
    Then it is revision 5, and not rolled back

  Scenario: It holds on every instance
    Given a second instance runs on the same database
    And the second instance gets the same files
    When Root rolls back to revision 1
    And the second instance looks at the database
    And somebody asks the second instance for the new greeting for "Ada"
    Then the request is rejected with 404 api_version_disabled
    And both instances show revision 3

  Scenario: An instance with the old files keeps it, and does not bring it back for the others
    Given a second instance runs on the same database
    And the second instance gets the same files
    And Root rolls back to revision 1
    And the second instance looks at the database
    When the operator sets rateLimit.login.points to 33
    And the second instance looks at the database
    And the first instance looks at the database
    Then the first instance shows revision 4
    And the second instance shows revision 3

  Scenario: Another rollback takes its place
    Given the operator has set rateLimit.login.points to 33
    And Root rolls back to revision 1
    When Root rolls back to revision 2
    And Root looks at the configuration
    Then it is revision 5, rolled back to revision 2 by Root
    And the setting api.v2Enabled is true, as file:local.yaml says
    And the setting rateLimit.login.points is 60, as rollback says

  Scenario: To what is in force
    When Root rolls back to revision 2
    Then the configuration is unchanged as revision 2
    When Root looks at the configuration
    Then it is revision 2, and not rolled back

  Scenario: A key that needs a restart waits for it
    Given the operator has set server.port to 9999
    And the operator has set rateLimit.login.points to 33
    When Root rolls back to revision 3
    Then the configuration is applied as revision 5, with "rateLimit.login.points" changed
    When Root looks at the configuration
    Then it tells that server.port waits for a restart

  Scenario: While the files are broken
    Given the operator writes local.yaml with a limit of zero
    When Root rolls back to revision 1
    Then the configuration is applied as revision 3, with "api.v2Enabled" changed
    When Root looks at the configuration
    Then it tells that rateLimit.login.points of local.yaml is out_of_range

  Scenario: A value that is no longer good
    Given the value of password.minLength in revision 1 has become 1
    When Root rolls back to revision 1
    Then the request is rejected with 422 invalid_config
    And it is refused as a configuration, since password.minLength of revision_1 is out_of_range
    And the audit trail tells that Root did "config.refused" as failure
    When Root looks at the configuration
    Then it is revision 2, and not rolled back

  Scenario: A key that is no longer there
    Given the value of api.v0Enabled in revision 1 has become true
    When Root rolls back to revision 1
    Then it is refused as a configuration, since api.v0Enabled of revision_1 is unknown_key
