Feature: The own account

  Scenario: A person looks at the own account
    Given Ada is logged in
    When Ada looks at the own account
    Then it is Ada's account
    And the answer shows no password and no hash
    And the account carries a version
    And the answer must not be stored

  Scenario: The second look comes from the cache
    Given Ada is logged in
    When Ada looks at the own account
    Then it is made anew
    When Ada looks at the own account
    Then it comes from the cache
    And the same answer comes as before

  Scenario: What is cached for one is not shown to another
    Given Ada is logged in
    And Grace is logged in
    And Ada looks at the own account
    When Grace looks at the own account
    Then it is made anew
    And it is Grace's account

  Scenario: The cache forgets after half a minute
    Given Ada is logged in
    And Ada looks at the own account
    When 31 seconds pass
    And Ada looks at the own account
    Then it is made anew

  Scenario: A new login shows at once
    Given Ada is logged in
    And Ada looks at the own account
    When Ada logs in
    And Ada looks at the own account
    Then it is made anew

  @remote
  Scenario: Nobody's account
    When somebody asks for an account without a token
    Then it is refused with 401 unauthorized
    And the answer must not be stored
