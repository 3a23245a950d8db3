Feature: Writes under a condition

  A write with If-Match only changes the version that it names (RFC 9110, 13.1.1). Every write to an account, a role or the
  configuration honours it.

  Scenario Outline: <write>
    Given Root is an administrator
    And Grace is logged in
    And Root has made the role "helper"
    When Root tries to <write> if it matches '"0"'
    Then it is refused with 412 precondition_failed, and nothing has changed
    When Root tries to <write> if it matches 'W/CURRENT'
    Then it is refused with 412 precondition_failed, and nothing has changed
    When Root tries to <write> if it matches 'CURRENT, unquoted'
    Then it is refused with 412 precondition_failed, and nothing has changed
    When Root tries to <write> if it matches '"0" ,, W/"1",CURRENT'
    Then the request succeeds

    Examples:
      | write                              |
      | change the own profile             |
      | change the own password            |
      | change the profile of Grace        |
      | block Grace                        |
      | delete Grace                       |
      | erase Grace                        |
      | make a reset token for Grace       |
      | end the sessions of Grace          |
      | replace the roles of Grace         |
      | restore Grace                      |
      | change the role "helper"           |
      | remove the role "helper"           |
      | reload the configuration           |
      | roll back the configuration        |

  Scenario: The own account
    Given Ada is logged in
    When Ada tries to leave if it matches '"0"'
    Then it is refused with 412 precondition_failed, and nothing has changed
    When Ada tries to leave if it matches 'CURRENT'
    Then the request succeeds

  Scenario Outline: Any version will do: <write>
    Given Root is an administrator
    And Grace is logged in
    And Root has made the role "helper"
    When Root tries to <write> if it matches '*'
    Then the request succeeds

    Examples:
      | write                      |
      | change the own password    |
      | replace the roles of Grace |
      | change the role "helper"   |
      | reload the configuration   |

  Scenario Outline: What is not there is not found, whatever the condition: <write>
    Given Root is an administrator
    When Root tries to <write> if it matches '*'
    Then the request is rejected with 404 not_found

    Examples:
      | write                      |
      | replace the roles of Nobody  |
      | delete Nobody              |
      | change the role "helper"   |

  Scenario: Other refusals come before the condition
    Given Root is an administrator
    And Grace is logged in
    When Root tries to give Grace a role that does not exist if it matches '"0"'
    Then the request is rejected with 422 validation_failed
    When Root tries to change the own password with a wrong one if it matches '"0"'
    Then the request is rejected with 403 wrong_password
    When Root tries to block Grace until yesterday if it matches '"0"'
    Then the request is rejected with 422 validation_failed

  Scenario Outline: Of ten at once on one version, one wins: <write>
    Given Root is an administrator
    And Grace is logged in
    And Root has made the role "helper"
    When Root tries 10 times at once to <write> if it matches 'CURRENT'
    Then exactly 1 request succeeds and the others are rejected with 412 precondition_failed

    Examples:
      | write                      |
      | replace the roles of Grace |
      | change the role "helper"   |

  Scenario: A write that must not find the version that is there
    Given Root is an administrator
    And Grace is logged in
    When Root tries to change the profile of Grace unless it matches 'W/CURRENT'
    Then it is refused with 412 precondition_failed, and nothing has changed
    When Root tries to change the profile of Grace unless it matches '"0"'
    Then the request succeeds
